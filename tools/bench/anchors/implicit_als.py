"""ALS by implicit on pairs in a folder (row_starts, columns, values: raw little-endian). Prints seconds, peak memory and the objective as JSON.
usage: implicit_als.py FOLDER USERS ITEMS PAIRS FACTORS ITERATIONS REGULARISATION THREADS"""
import json, resource, sys, time
import numpy as np, scipy.sparse as sp
from implicit.als import AlternatingLeastSquares

folder, *numbers = sys.argv[1:]
users, items, _, factors, iterations, regularisation, threads = map(int, numbers)
read = lambda name, kind: np.fromfile(f'{folder}/{name}', dtype=kind)
starts, columns, values = read('row_starts', np.int32), read('columns', np.int32), read('values', np.float32)
values += 1  # implicit's confidence is alpha times the value, Laurel's 1 + alpha times the value
pairs = sp.csr_matrix((values, columns, starts), shape=(users, items))
model = AlternatingLeastSquares(factors=factors, regularization=regularisation, alpha=1, iterations=iterations, random_state=1, num_threads=threads)
began = time.perf_counter()
model.fit(pairs, show_progress=False)
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

X, Y = model.user_factors.astype(np.float64), model.item_factors.astype(np.float64)
objective = ((X.T @ X) * (Y.T @ Y)).sum() + regularisation * ((X * X).sum() + (Y * Y).sum())
for first in range(0, users, 5000):
    last = min(users, first + 5000)
    own = slice(starts[first], starts[last])
    rows = np.repeat(np.arange(first, last), np.diff(starts[first:last + 1]))
    predicted = np.einsum('pf,pf->p', X[rows], Y[columns[own]])
    objective += (values[own] * (1 - predicted) ** 2 - predicted ** 2).sum()
print(json.dumps(dict(seconds=seconds, peakRssMb=peak, objective=float(objective))))
