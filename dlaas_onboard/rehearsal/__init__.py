"""An embedded AWS account on moto: the whole journey can be tried with nothing leaving the machine."""
