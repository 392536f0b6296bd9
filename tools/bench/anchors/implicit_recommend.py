"""The best N by implicit for the first customers of a folder that holds pairs (row_starts, columns, values) and factors (item_factors, user_factors:
raw little-endian floats). Own products and those named in left_out are not recommended. Prints seconds and peak memory as JSON.
usage: implicit_recommend.py FOLDER USERS ITEMS STRIDE N CUSTOMERS THREADS"""
import json, resource, sys, time
import numpy as np, scipy.sparse as sp
from implicit.als import AlternatingLeastSquares

folder, *numbers = sys.argv[1:]
users, items, stride, n, customers, threads = map(int, numbers)
read = lambda name, kind: np.fromfile(f'{folder}/{name}', dtype=kind)
pairs = sp.csr_matrix((read('values', np.float32), read('columns', np.int32), read('row_starts', np.int32)), shape=(users, items))
model = AlternatingLeastSquares(factors=stride, num_threads=threads)
model.item_factors = read('item_factors', np.float32).reshape(items, stride)
model.user_factors = read('user_factors', np.float32).reshape(users, stride)
left_out = read('left_out', np.int32)
BATCH = 1000
began = time.perf_counter()
for first in range(0, customers, BATCH):
    batch = np.arange(first, min(customers, first + BATCH))
    model.recommend(batch, pairs[batch], N=n, filter_already_liked_items=True, filter_items=left_out)
seconds = time.perf_counter() - began
print(json.dumps(dict(seconds=seconds, peakRssMb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)))
