"""The brief: what a day, a week or a month brought, on a page and as a document that may be edited."""
