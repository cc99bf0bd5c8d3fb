"""Values that follow the reader's form: marks on a page, the form's data, the client script."""
