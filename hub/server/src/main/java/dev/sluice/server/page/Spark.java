package dev.sluice.server.page;

/// A small chart without axes, as `spark.js` draws it: a line with an area below it, and marks where values are
/// unknown (NaN). Its unit is half a pixel, so that whole numbers are exact enough: an event loop writes a
/// hundred charts for one page, and formatting fractions takes far longer.
///
/// @param width in pixels, likewise `height`
record Spark(int width, int height) {
    /// Returns the paths of the chart.
    String of(float[] values) {
        float top = 1e-9f;
        for (float each : values) if (each > top) top = each;
        StringBuilder unknown = new StringBuilder();
        StringBuilder area = new StringBuilder();
        StringBuilder line = new StringBuilder();
        int last = values.length - 1;
        for (int from = 0; from <= last; ) {
            int to = from; // The last value of a run of known or of unknown ones.
            while (to < last && Float.isNaN(values[to + 1]) == Float.isNaN(values[from])) to++;
            if (Float.isNaN(values[from])) {
                int begin = x(Math.max(0, from - 1), last);
                int end = x(Math.min(last, to + 1), last);
                unknown.append('M').append(begin).append(' ').append(height);
                unknown.append('H').append(end);
            } else {
                int x = x(from, last);
                String curve = curve(values, from, to, top);
                line.append('M').append(x).append(' ').append(curve);
                area.append('M').append(x).append(' ').append(2 * height);
                area.append('V').append(curve).append('V').append(2 * height).append('Z');
            }
            from = to + 1;
        }
        return path("unknown", unknown) + path("area", area) + path("line", line);
    }

    /// The path along some known values: the height of the first one, then the steps from each to the next.
    /// Equal values are a single step.
    private String curve(float[] values, int from, int to, float top) {
        int last = values.length - 1;
        int x = x(from, last);
        int y = y(values[from] / top);
        StringBuilder curve = new StringBuilder().append(y);
        for (int i = from + 1; i <= to; i++) {
            int next = y(values[i] / top);
            while (next == y && i < to && y(values[i + 1] / top) == y) i++;
            int nextX = x(i, last);
            if (next == y) curve.append('h').append(nextX - x);
            else curve.append('l').append(nextX - x).append(next < y ? "" : " ").append(next - y);
            x = nextX;
            y = next;
        }
        return curve.toString();
    }

    private int x(int i, int last) {
        return last == 0 ? 0 : (4 * width * i + last) / (2 * last); // Rounded.
    }

    /// @param part the value as a part of the greatest one
    private int y(float part) {
        return (int) (2 * (height - 1 - part * (height - 6)) + 0.5f);
    }

    private static String path(String name, CharSequence path) {
        return "<path class=\"" + name + "\" d=\"" + path + "\"/>";
    }

    /// Returns the opening tag of the chart's element.
    String begin(String attributes) {
        return "<svg class=\"spark\"" + attributes + " viewBox=\"0 0 " + 2 * width + " " + 2 * height
                + "\" preserveAspectRatio=\"none\" aria-hidden=\"true\">";
    }
}
