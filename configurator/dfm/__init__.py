"""Can it be made? One file per check."""
