"""HTTP's own words: parameters, formats, replies, problems; knows no graph."""
