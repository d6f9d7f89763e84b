"""Tables: people from a spreadsheet."""
