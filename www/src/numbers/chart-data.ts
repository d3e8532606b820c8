import type { Chart, Charts } from "queuescope";

/** The points of a chart on its first axis, and then each of its series. */
export function columnsOf(charts: Charts, chart: Chart): Float64Array[] {
  return Array.from({ length: chart.series.length + 1 }, (_, place) =>
    charts.numbers.subarray(chart.at + place * chart.points, chart.at + (place + 1) * chart.points),
  );
}
