"""Several pages of one article, joined."""

from __future__ import annotations

from pipelines.items import Article


def join(article: Article, part: Article) -> Article:
    """``article`` with the text, pictures and closing lines of its next page ``part``.

    What is printed on every page (title, head, editor) counts once.
    """
    article.body = f"{article.body}\n{part.body}"
    article.images += [image for image in part.images if image not in article.images]
    printed = {line.text for line in article.lines}
    article.lines += [line for line in part.lines if line.place == "tail" and line.text not in printed]
    return article
