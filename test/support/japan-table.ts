/**
 * A small invented table in the form of Japan's daily publication: `days` days of three items and their total, from
 * 2024-01-01, with one row without trade.
 */
export function japanTable(days: number, firstPrice = 100): { text: string; rows: number } {
  const lines = ['date,item_code,item,volume_kg,price_jpy_per_kg'];
  for (let day = 0; day < days; day++) {
    const date = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
    let total = 0;
    for (const [index, code] of ['30100', '30300', '31100'].entries()) {
      const volume = 100_000 + 1000 * ((day * 7 + index * 3) % 11);
      total += volume;
      lines.push(`${date},${code},野菜${index},${volume}.0,${firstPrice + index * 20 + (day % 9)}.0`);
    }
    lines.push(`${date},30000,野菜総計,${total}.0,${firstPrice}.0`);
  }
  lines.push('2024-01-01,31700,なし,0.0,');
  return { text: `${lines.join('\n')}\n`, rows: lines.length - 1 };
}
