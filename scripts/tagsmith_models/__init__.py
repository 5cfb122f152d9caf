"""Fetch, convert and verify the networks that models/*.json describe.

Set-up time only: the C program reads the manifests and the files written here, and never fetches anything.
Everything is driven by the manifests; nothing in this package knows the name of a model.
"""
