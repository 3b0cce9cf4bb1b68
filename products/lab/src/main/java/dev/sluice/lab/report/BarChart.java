package dev.sluice.lab.report;

import java.util.List;
import java.util.Locale;

/// A chart of horizontal bars as SVG without scripts. Each bar has one or two parts.
final class BarChart {
    private static final int LABEL = 110;
    private static final int BARS = 420;
    private static final int FIGURE = 130;
    private static final int ROW = 26;
    private static final int BAR = 16;

    /// @param label  the name of the lane
    /// @param values the parts, in the order of the legend
    record Bar(String label, List<Double> values) {
        double sum() {
            return values.stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    private BarChart() {}

    /// @param title  the title, with the unit
    /// @param legend the names of the parts; empty if bars have one part
    static String svg(String title, List<String> legend, List<Bar> bars) {
        double most = Math.max(bars.stream().mapToDouble(Bar::sum).max().orElse(0), 1e-12);
        int height = bars.size() * ROW;
        var svg = new StringBuilder();
        svg.append("<figure><figcaption>").append(escape(title));
        for (int i = 0; i < legend.size(); i++) {
            svg.append(" <span class=\"key p")
                    .append(i)
                    .append("\">")
                    .append(escape(legend.get(i)))
                    .append("</span>");
        }
        svg.append("</figcaption>\n<svg role=\"img\" aria-label=\"")
                .append(escape(title))
                .append("\" viewBox=\"0 0 ");
        svg.append(LABEL + BARS + FIGURE).append(' ').append(height).append("\">\n");
        for (int i = 0; i < bars.size(); i++) row(svg, bars.get(i), i * ROW, most);
        return svg.append("</svg></figure>\n").toString();
    }

    private static void row(StringBuilder svg, Bar bar, int y, double most) {
        int text = y + ROW / 2 + 4;
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                LABEL - 8,
                text,
                escape(bar.label())));
        double x = LABEL;
        for (int i = 0; i < bar.values().size(); i++) {
            double width = bar.values().get(i) / most * BARS;
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect class=\"p%d\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                    i,
                    x,
                    y + (ROW - BAR) / 2,
                    width,
                    BAR));
            x += width;
        }
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"figure\" x=\"%.1f\" y=\"%d\">%s</text>\n",
                x + 6,
                text,
                String.join(" + ", bar.values().stream().map(NumberText::of).toList())));
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
