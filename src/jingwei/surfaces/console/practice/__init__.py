"""The practice city 经纬市: invented whole from one seed, with known right answers; its pack, its year of matters."""
