package io.sallyport.loadtest.report;

import com.google.errorprone.annotations.FormatMethod;
import java.util.List;
import java.util.Locale;

/// A chart of grouped horizontal bars as an SVG document: the median as the bar, its figure beside
/// it, the range from least to most as a whisker. It needs nothing from elsewhere and follows the
/// reader's light or dark colours. The same figures give the same bytes.
public final class BarChart {
  /// Okabe and Ito's colours, which most people who see colours differently can tell apart; of
  /// these, the ones that show on white and on black.
  private static final List<String> COLOURS =
      List.of(
          "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c8c8c", "#b3a100");

  private static final int BAR = 16;
  private static final int BAR_GAP = 3;
  private static final int GROUP_GAP = 16;
  private static final int PLOT = 520;
  private static final int MARGIN = 20;
  private static final int FIGURE = 70;
  private static final int LINE = 20;

  /// About how wide a letter of 13 pixels is; no font is at hand to ask.
  private static final double LETTER = 7.2;

  private static final double FEWEST_TICKS = 4;

  private final StringBuilder svg = new StringBuilder();
  private final List<Group> groups;
  private final List<String> series;
  private final double left;
  private final double width;
  private final double step;
  private final double end;

  private BarChart(List<Group> groups, List<String> series, String title) {
    this.groups = groups;
    this.series = series;
    int longest = groups.stream().mapToInt(group -> group.label().length()).max().orElse(0);
    left = Math.ceil(MARGIN + longest * LETTER + 10);
    width = Math.max(left + PLOT + FIGURE + MARGIN, Math.ceil(title.length() * 9.5) + 2 * MARGIN);
    double most =
        groups.stream().flatMap(g -> g.bars().stream()).mapToDouble(Bar::max).max().orElse(0);
    step = most == 0 ? 1 : niceStep(most / FEWEST_TICKS);
    end = most == 0 ? 1 : Math.ceil(most / step - 1e-9) * step;
  }

  /// Draws the chart.
  ///
  /// @param unit of every figure, such as `CPU µs per request`
  /// @param groups top to bottom, at least one, with at most eight series among them
  /// @throws IllegalArgumentException when there is nothing to draw, or more than can be told apart
  public static String svg(String title, String unit, List<Group> groups) {
    requireText("title", title);
    requireText("unit", unit);
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("groups: none");
    }
    List<String> series =
        groups.stream().flatMap(g -> g.bars().stream()).map(Bar::series).distinct().toList();
    if (series.size() > COLOURS.size()) {
      throw new IllegalArgumentException(
          "series: at most %d can be told apart, were %d".formatted(COLOURS.size(), series.size()));
    }
    return new BarChart(List.copyOf(groups), series, title).draw(title, unit);
  }

  static void requireText(String name, String text) {
    if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(name + ": text on one line, was '" + text + "'");
    }
  }

  private String draw(String title, String unit) {
    double y = MARGIN + 18;
    StringBuilder body = new StringBuilder();
    body.append(text("title", MARGIN, y, title));
    y += LINE;
    body.append(text("soft", MARGIN, y, unit + "; median, whisker from least to most"));
    y = legend(body, y + LINE + 4) + GROUP_GAP;
    double top = y;
    double bottom = y + groups.stream().mapToDouble(BarChart::height).sum();
    grid(body, top, bottom);
    for (Group group : groups) {
      bars(body, group, y + GROUP_GAP / 2.0);
      y += height(group);
    }
    double height = bottom + LINE + MARGIN;
    svg.append(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\""
                + " viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">\n",
            number(width), number(height), number(width), number(height), escape(title)));
    svg.append(style());
    svg.append(
        format(
            "<rect class=\"ground\" width=\"%s\" height=\"%s\"/>\n",
            number(width), number(height)));
    return svg.append(body).append("</svg>\n").toString();
  }

  private static String style() {
    return """
        <style>
        text { font: 13px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #1f2328 }
        .title { font-size: 17px; font-weight: 600 }
        .soft { fill: #59636e }
        .figure { font-size: 12px }
        .end { text-anchor: end }
        .middle { text-anchor: middle; font-size: 12px }
        .ground { fill: #ffffff }
        .grid { stroke: #d1d9e0 }
        .whisker { stroke: #1f2328; stroke-width: 1.5; fill: none }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3 }
          .soft { fill: #9198a1 }
          .ground { fill: #0d1117 }
          .grid { stroke: #3d444d }
          .whisker { stroke: #e6edf3 }
        }
        </style>
        """;
  }

  /// The names of the series with their colours, in as many lines as it takes.
  ///
  /// @return where the last line stands
  private double legend(StringBuilder body, double from) {
    double x = MARGIN;
    double y = from;
    for (String name : series) {
      double wide = 20 + name.length() * LETTER + 18;
      if (x > MARGIN && x + wide > width - MARGIN) {
        x = MARGIN;
        y += LINE;
      }
      body.append(
          format(
              "<rect x=\"%s\" y=\"%s\" width=\"12\" height=\"12\" rx=\"2\" fill=\"%s\"/>\n",
              number(x), number(y - 11), colour(name)));
      body.append(text("", x + 18, y, name));
      x += wide;
    }
    return y;
  }

  private void grid(StringBuilder body, double top, double bottom) {
    for (int i = 0; i * step <= end + step / 2; i++) {
      double x = x(i * step);
      body.append(
          format(
              "<line class=\"grid\" x1=\"%s\" x2=\"%s\" y1=\"%s\" y2=\"%s\"/>\n",
              number(x), number(x), number(top), number(bottom)));
      body.append(text("middle soft", x, bottom + LINE - 4, tick(i * step)));
    }
  }

  private void bars(StringBuilder body, Group group, double from) {
    double middle = from + (group.bars().size() * (BAR + BAR_GAP) - BAR_GAP) / 2.0;
    body.append(text("end", left - 10, middle + 4.5, group.label()));
    double y = from;
    for (Bar bar : group.bars()) {
      double centre = y + BAR / 2.0;
      body.append(
          format(
              "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%d\" fill=\"%s\"/>\n",
              number(left), number(y), number(x(bar.median()) - left), BAR, colour(bar.series())));
      if (bar.max() > bar.min()) {
        body.append(
            format(
                "<path class=\"whisker\" d=\"M%s %sv8m0 -4H%sm0 -4v8\"/>\n",
                number(x(bar.min())), number(centre - 4), number(x(bar.max()))));
      }
      body.append(text("figure", x(bar.max()) + 7, centre + 4.5, figure(bar.median())));
      y += BAR + BAR_GAP;
    }
  }

  private static double height(Group group) {
    return group.bars().size() * (BAR + BAR_GAP) - BAR_GAP + GROUP_GAP;
  }

  private double x(double value) {
    return left + value / end * PLOT;
  }

  private String colour(String name) {
    return COLOURS.get(series.indexOf(name));
  }

  /// 1, 2 or 5 times a power of ten, the largest that is not above.
  private static double niceStep(double atMost) {
    double power = Math.pow(10, Math.floor(Math.log10(atMost)));
    double times = atMost / power;
    return power * (times >= 5 ? 5 : times >= 2 ? 2 : 1);
  }

  private static String figure(double value) {
    String pattern = value >= 100 || value == 0 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, pattern, value);
  }

  private String tick(double value) {
    int places = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%,." + places + "f", value);
  }

  private static String number(double value) {
    return value == Math.rint(value) ? format("%.0f", value) : format("%.1f", value);
  }

  private static String text(String styles, double x, double y, String text) {
    return format(
        "<text%s x=\"%s\" y=\"%s\">%s</text>\n",
        styles.isEmpty() ? "" : " class=\"" + styles + "\"", number(x), number(y), escape(text));
  }

  @FormatMethod
  private static String format(String pattern, Object... arguments) {
    return String.format(Locale.ROOT, pattern, arguments);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
