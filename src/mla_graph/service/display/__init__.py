"""What pages show: links, values, form fields."""
