"""Legal needs of enterprises: collected on visits, matched with measures, served, rated by the enterprise; declared."""
