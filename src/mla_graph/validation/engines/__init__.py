"""Engines that check shapes."""
