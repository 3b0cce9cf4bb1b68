package dev.sluice.server.page;

import java.util.Locale;

/// A small chart without axes, as `spark.js` draws it: a line with an area below it, and what is not known (NaN).
record Spark(int width, int height) {
    /// The paths of the chart.
    String of(float[] values) {
        float top = 1e-9f;
        for (float each : values) if (each > top) top = each;
        StringBuilder line = new StringBuilder();
        StringBuilder area = new StringBuilder();
        StringBuilder unknown = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            boolean begins = i == 0 || Float.isNaN(values[i - 1]) != Float.isNaN(values[i]);
            boolean ends = i == values.length - 1 || Float.isNaN(values[i + 1]) != Float.isNaN(values[i]);
            if (Float.isNaN(values[i])) {
                if (begins)
                    unknown.append('M')
                            .append(x(Math.max(0, i - 1), values))
                            .append(' ')
                            .append(height / 2);
                if (ends) unknown.append('H').append(x(Math.min(values.length - 1, i + 1), values));
                continue;
            }
            String point = x(i, values) + " " + rounded(height - 1 - values[i] / top * (height - 6));
            line.append(begins ? 'M' : 'L').append(point);
            if (begins)
                area.append('M').append(x(i, values)).append(' ').append(height).append('L');
            else area.append('L');
            area.append(point);
            if (ends)
                area.append('L').append(x(i, values)).append(' ').append(height).append('Z');
        }
        return path("unknown", unknown) + path("area", area) + path("line", line);
    }

    private String x(int i, float[] values) {
        return rounded((double) i * width / Math.max(1, values.length - 1));
    }

    private static String rounded(double place) {
        return String.format(Locale.ROOT, "%.1f", place);
    }

    private static String path(String name, CharSequence path) {
        return "<path class=\"" + name + "\" d=\"" + path + "\"/>";
    }

    /// The beginning of its element.
    String begin(String attributes) {
        return "<svg class=\"spark\"" + attributes + " viewBox=\"0 0 " + width + " " + height
                + "\" preserveAspectRatio=\"none\" aria-hidden=\"true\">";
    }
}
