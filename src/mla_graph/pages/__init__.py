"""What people read: page templates, one stylesheet and three small scripts."""
