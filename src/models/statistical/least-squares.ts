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

/**
 * The lower triangle of X'X, p x p row-major, for the p columns of n numbers that follow each other in `columns`. Two
 * columns by two at a time: a sum waits for its last addition, so four side by side cost little more than one.
 */
export function crossProducts(columns: Float64Array, p: number, n: number, into: Float64Array): void {
  for (let i = 0; i < p; i += 2) {
    // of an odd number of columns the last one stands beside itself
    const a = i * n;
    const nextI = Math.min(i + 1, p - 1);
    const b = nextI * n;
    for (let j = 0; j <= i; j += 2) {
      const c = j * n;
      const nextJ = Math.min(j + 1, p - 1);
      const d = nextJ * n;
      let ac = 0;
      let ad = 0;
      let bc = 0;
      let bd = 0;
      for (let t = 0; t < n; t++) {
        const atA = columns[a + t]!;
        const atB = columns[b + t]!;
        const atC = columns[c + t]!;
        const atD = columns[d + t]!;
        ac += atA * atC;
        ad += atA * atD;
        bc += atB * atC;
        bd += atB * atD;
      }
      into[i * p + j] = ac;
      into[i * p + nextJ] = ad;
      into[nextI * p + j] = bc;
      into[nextI * p + nextJ] = bd;
    }
  }
}
