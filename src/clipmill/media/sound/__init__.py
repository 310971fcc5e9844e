"""Sound as samples."""

import numpy as np
from numpy.typing import NDArray

#: Samples a second of everything that is mixed.
SAMPLE_RATE = 48_000
#: Shape (2, samples), float32, −1 to 1; a file of floating-point numbers may go beyond.
Samples = NDArray[np.float32]
