"""A guest's manners: when a host may be asked and how often, when it is left alone, by what name we come."""
