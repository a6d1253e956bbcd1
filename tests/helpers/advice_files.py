"""Files on which the commands of ``advice`` run, by name."""

import io

import numpy as np

Files = dict[str, str | bytes]


def _npy(values: object) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(values))
    return buffer.getvalue()


def _npz(**arrays: object) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **{name: np.asarray(own) for name, own in arrays.items()})
    return buffer.getvalue()


FILES: Files = {
    "counted.csv": "y,p_0,p_1\n7,0.4,0.6\n0,0.4,0.6\n",
    "no.csv": "label,prob_no\nno,0.2\nyes,0.9\n",
    "base.csv": "y,p_1\n1,0.8\n2,0.1\n",
    "signs.csv": "y,prob_-1\n1,0.1\n-1,0.8\n",
    "nan-scores.csv": "y,z\n1,nan\n0,1\n",
    "good.csv": "label,p\n1,0.9\n0,0.2\n",
    "gap.csv": "label,p\n1,0.9\n0,\n",
    "nan.csv": "label,p\n1,0.9\nnan,0.5\n",
    "placeholder.csv": "label,p\n1,0.9\n?,0.5\n",
    "names.csv": "label,p\ncat,0.9\ndog,0.5\n",
    "animals.csv": "label,p,q,r\nant,0.5,0.25,0.25\ncow,0,0,1\nbee,0,1,0\n",
    "counts.csv": "0,1,2\n1,0.5,0.5\n",
    "nameless.csv": "label,0\n0,0\n1,1\n",
    "headless.csv": "1,0.5\n0,0.25\n",
    "score.csv": "label,y_score\n1,0.5\n",
    "logarithms.csv": "y,logprob_0,logprob_1\n1,-0.6931471805599453,-0.6931471805599453\n",
    "x.csv": "label,x\n1,0.5\n",
    "unlabelled.csv": "a,p\n1,0.5\n",
    "semicolons.csv": "label,p\n1,0.5;1\n",
    "crossed.csv": "y_a,y_b,p_b,p_a\n1,0,0.2,0.9\n",
    "partly.csv": "y_1,y_2,p_0,p_1\n1,0,0.2,0.9\n",
    "classes.csv": "y,p_cat,p_dog\ncat,0.5,0.5\ndog,0.25,0.75\n",
    "numbers.csv": "y,p_cat,p_dog\n0,0.5,0.5\n",
    "other-order.csv": "y,p_dog,p_cat\ncat,0.5,0.5\n",
    "late-names.csv": "y,p_cat,p_dog\n" + "0,0.5,0.5\n" * 120_000 + "cat,0.5,0.5\n",
    "logits.csv": "label,z\n1,0.5\n",
    "minus.csv": "label,p\n-1,0.9\n1,0.5\n",
    "zero.csv": "label,p\n0,0.9\n1,0.5\n",
    "pretty.jsonl": '{\n "label": 1,\n "p": 0.5\n}\n',
    "long.csv": "label,p\n" + "1,0.9\n" * 30,
    "npy.csv": _npy([[1, 0.5]]),
    "image.npy": _npy(np.zeros((2, 2, 2))),
    "named.csv": "y,p_2,p_3\n1,0.5,0.5\n",
    "one-number.csv": "y,p_1,p_01\n1,0.25,0.75\n",
    "turned.csv": "p,label\n0.25,1\n",
    "weights.csv": "y,p,w\n1,0.9,0.5\n0,0.2,0.6\n",
    "other-weights.csv": "y,w,p\n1,0.5,0.6\n1,0.7,0.9\n",
    "swapped.csv": "y,p_1,p_0\n0,0.25,0.75\n",
    "families.csv": "y,p_value,p_0,p_1\n0,0.5,0.25,0.75\n",
    "whole.json": '{"label": [' + "1," * 99_999 + '1], "p": [' + "0.5," * 99_999 + "0.5]}",
    "single.npz": _npz(y=[0, 1], p=np.array([0.25, 1], np.float32)),
    "double.npz": _npz(y=[0, 1], p=np.array([0.25, 1])),
}
