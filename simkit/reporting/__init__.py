"""Reports for people: charts, tables, words in two languages, notebooks, pages and their receipt."""
