"""Tests of Jingwei, outside the package they test."""
