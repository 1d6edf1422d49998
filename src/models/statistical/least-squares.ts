/**
 * Solves the symmetric positive definite system A x = b in place by Cholesky: `a` is p x p row-major (its lower
 * triangle is overwritten), `b` becomes x. Returns false, leaving rubbish, when A is not positive definite.
 */
export function solveSymmetric(a: Float64Array, b: Float64Array, p: number): boolean {
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * p + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * p + k]! * a[j * p + k]!;
      if (i === j) {
        if (!(sum > 0)) return false;
        a[i * p + i] = Math.sqrt(sum);
      } else {
        a[i * p + j] = sum / a[j * p + j]!;
      }
    }
  }
  for (let i = 0; i < p; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= a[i * p + k]! * b[k]!;
    b[i] = sum / a[i * p + i]!;
  }
  for (let i = p - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < p; k++) sum -= a[k * p + i]! * b[k]!;
    b[i] = sum / a[i * p + i]!;
  }
  return true;
}
