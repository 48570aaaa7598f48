"""Releases: stores that never change, built from source files, switched atomically."""
