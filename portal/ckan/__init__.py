"""What CKAN's clients may ask here: the reading half of its Action API."""
