"""What users hand in: models of many kinds and arrays, turned into files the server takes."""
