import type { Charts } from "queuescope";
import { columnsOf } from "./chart-data.ts";

/** All charts as comma-separated values (RFC 4180): a line for each point of each series. `at_us` is the middle of the
 * stretch, of time or of values, that the point stands for. */
export function chartsCsv(node: string, charts: Charts): string {
  const lines = ["node,chart,series,at_us,width_us,unit,value"];
  for (const chart of charts.charts) {
    const [at = [], ...series] = columnsOf(charts, chart);
    series.forEach((values, place) => {
      const name = [quoted(node), chart.key, chart.series[place]].join(",");
      values.forEach((value, point) => {
        lines.push(`${name},${at[point]},${chart.width},${chart.unit},${value}`);
      });
    });
    for (const line of chart.lines) {
      const name = [quoted(node), chart.key, line.key].join(",");
      lines.push(`${name},,,${chart.is_distribution ? "microseconds" : chart.unit},${line.value}`);
    }
  }
  for (const { measure, unit, value, theory } of charts.values) {
    lines.push(`${quoted(node)},values,${measure},,,${unit},${value ?? ""}`);
    if (theory !== null) {
      lines.push(`${quoted(node)},theory,${measure},,,${unit},${theory}`);
    }
  }
  return `${lines.join("\r\n")}\r\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
