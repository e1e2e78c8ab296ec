"""What people touch: the terminal command, the page, and the forms in which results are shown."""
