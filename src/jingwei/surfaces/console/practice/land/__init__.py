"""The invented ground: its mesh, the areas and cells upon it, their names, and the faults planted in the grid."""
