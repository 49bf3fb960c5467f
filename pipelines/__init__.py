"""An item to a better item, or a refusal: pure functions on text under thin Scrapy coats."""
