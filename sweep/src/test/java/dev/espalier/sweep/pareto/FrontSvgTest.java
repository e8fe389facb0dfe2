package dev.espalier.sweep.pareto;

import static dev.espalier.sweep.pareto.Points.ACCURACY_BY_SIZE;
import static dev.espalier.sweep.pareto.Points.point;
import static dev.espalier.sweep.pareto.Points.trial;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.geom.Rectangle2D;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class FrontSvgTest {

  @Test
  void drawsEveryPointOnceAndTheFrontThroughItsDots() throws Exception {
    Document svg = parse(FrontSvg.of(front(), "a sweep"));

    assertEquals(4, circles(svg, "r", "3").size() - 1, "dominated, without the legend's");
    assertEquals(5, circles(svg, "r", "5").stream().filter(c -> c.hasChildNodes()).count());
    assertEquals(1, circles(svg, "r", "10").size(), "the knee");
    String[] corners = elements(svg, "polyline").get(0).getAttribute("points").split(" ", -1);
    assertEquals(5, corners.length);
    List<String> dots =
        circles(svg, "r", "5").stream()
            .filter(Element::hasChildNodes)
            .map(c -> c.getAttribute("cx") + "," + c.getAttribute("cy"))
            .toList();
    assertEquals(List.of(corners), dots);
  }

  @Test
  void placesSizesByRatioAndAccuracyUpwards() throws Exception {
    Front front =
        Front.of(
            List.of(point("a", 0.2, 1e4), point("b", 0.4, 1e5), point("c", 0.8, 1e6)),
            ACCURACY_BY_SIZE);

    String[] corners =
        elements(parse(FrontSvg.of(front, "t")), "polyline")
            .get(0)
            .getAttribute("points")
            .split(" ", -1);

    assertEquals(x(corners[1]) - x(corners[0]), x(corners[2]) - x(corners[1]), 0.2);
    assertEquals(2 * (y(corners[0]) - y(corners[1])), y(corners[1]) - y(corners[2]), 0.3);
    assertTrue(x(corners[1]) > x(corners[0]) && y(corners[1]) < y(corners[0]));
  }

  @Test
  void wordsNeitherOverlapNorLeaveTheCard() throws Exception {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      points.add(
          trial("a-model-of-the-user-with-a-long-name-" + i, "0.0", "none", 500 + i, 1_000L << i));
    }
    for (Front front : List.of(front(), Front.of(points, ACCURACY_BY_SIZE))) {
      Document svg = parse(FrontSvg.of(front, "a sweep"));
      Rectangle2D card = new Rectangle2D.Double(0, 0, size(svg, "width"), size(svg, "height"));
      List<Rectangle2D> boxes = new ArrayList<>();
      for (Element text : elements(svg, "text")) {
        if (text.getParentNode().getNodeName().equals("g")) {
          continue; // the turned label of the vertical axis
        }
        Rectangle2D box = box(text);
        assertTrue(card.contains(box), text.getTextContent());
        boxes.forEach(other -> assertFalse(other.intersects(box), text.getTextContent()));
        boxes.add(box);
      }
      assertTrue(boxes.size() > 10);
    }
  }

  @Test
  void drawsTheIntervalsOfTheFrontAsBarsWithinThePlot() throws Exception {
    Front front =
        Front.of(
            List.of(
                trial("resnet18", "0.0", "none", 800, 2_000_000),
                trial("resnet18", "0.9", "16", 700, 90_000)),
            ACCURACY_BY_SIZE);

    Document svg = parse(FrontSvg.of(front, "t"));

    List<Element> dots = circles(svg, "r", "5").stream().filter(Element::hasChildNodes).toList();
    double low = Double.parseDouble(dots.get(0).getAttribute("cy"));
    double high = Double.parseDouble(dots.get(1).getAttribute("cy"));
    List<Element> bars =
        elements(svg, "path").stream()
            .filter(path -> path.getAttribute("stroke-width").equals("1.5"))
            .toList();
    assertEquals(2, bars.size());
    String[] ends = bars.get(1).getAttribute("d").replace("V", "").split(" ", -1);
    double halfWidth = 1.96 * Math.sqrt(0.8 * 0.2 / 1000);
    double scale = (low - high) / 0.1;
    assertEquals(high - halfWidth * scale, Double.parseDouble(ends[1]), 0.2);
    assertEquals(high + halfWidth * scale, Double.parseDouble(ends[2]), 0.2);
    double top =
        y(elements(svg, "path").get(0).getAttribute("d").replace(" V", ",").replace(" ", ","));
    assertTrue(Double.parseDouble(ends[1]) > top, ends[1] + " below " + top);
  }

  @Test
  void marksDenseBaselines() throws Exception {
    Document svg = parse(FrontSvg.of(front(), "a sweep"));

    assertEquals(
        3,
        elements(svg, "rect").stream().filter(r -> r.getAttribute("width").equals("14")).count(),
        "one of each model and the legend's");
  }

  @Test
  void writesNamesAsText() throws Exception {
    Front front = Front.of(List.of(point("<b>&", 0.5, 10)), ACCURACY_BY_SIZE);

    Document svg = parse(FrontSvg.of(front, "x < y & z"));

    assertEquals("x < y & z", elements(svg, "title").get(0).getTextContent());
  }

  @Test
  void leavesOutWhatTheAxesCannotShow() throws Exception {
    Front front =
        Front.of(List.of(point("empty", 0.5, 0), point("some", 0.6, 10)), ACCURACY_BY_SIZE);

    assertEquals(
        1,
        circles(parse(FrontSvg.of(front, "t")), "r", "5").stream()
            .filter(Element::hasChildNodes)
            .count());
    assertFalse(FrontSvg.of(front, "t").contains("NaN"));
    assertFalse(FrontSvg.of(Front.of(List.of(), ACCURACY_BY_SIZE), "none").contains("NaN"));
  }

  @Test
  void writesRoundValuesBesideItsAxes() {
    Axis sizes = Axis.around(Objective.minimize("size/compressed_bytes"), List.of(9_000.0, 3e6));
    assertEquals(
        List.of("10 kB", "30 kB", "100 kB", "300 kB", "1 MB", "3 MB"),
        sizes.ticks().stream().map(sizes::text).toList());
    Axis narrow =
        Axis.around(Objective.minimize("size/compressed_bytes"), List.of(1_200.0, 1_400.0));
    assertEquals(
        List.of("1.2 kB", "1.25 kB", "1.3 kB", "1.35 kB", "1.4 kB"),
        narrow.ticks().stream().map(narrow::text).toList());
    Axis accuracy = Axis.around(Objective.maximize("val/accuracy"), List.of(0.11, 0.83));
    assertEquals(
        List.of("0.20", "0.40", "0.60", "0.80"),
        accuracy.ticks().stream().map(accuracy::text).toList());
  }

  private static Front front() {
    List<Point> points = new ArrayList<>();
    points.add(trial("resnet18", "0.0", "none", 802, 2_810_123));
    points.add(trial("resnet18", "0.5", "none", 790, 1_500_000));
    points.add(trial("resnet18", "0.8", "none", 800, 600_123));
    points.add(trial("resnet18", "0.9", "16", 770, 90_456));
    points.add(trial("resnet18", "0.95", "16", 620, 60_456));
    points.add(trial("mobilenetv2", "0.0", "none", 700, 1_600_000));
    points.add(trial("mobilenetv2", "0.8", "16", 680, 70_000));
    points.add(trial("mobilenetv2", "0.9", "16", 560, 95_000));
    points.add(trial("mobilenetv2", "0.95", "16", 300, 100_000));
    return Front.of(points, ACCURACY_BY_SIZE);
  }

  /**
   * A generous guess at where the words are: 7 pixels a character, 13 high; the title is larger.
   */
  private static Rectangle2D box(Element text) {
    double width = text.getTextContent().length() * 7.0;
    double height = text.getAttribute("class").equals("title") ? 17 : 13;
    double x = Double.parseDouble(text.getAttribute("x"));
    double left =
        switch (text.getAttribute("text-anchor")) {
          case "start" -> x;
          case "middle" -> x - width / 2;
          default -> x - width;
        };
    return new Rectangle2D.Double(
        left, Double.parseDouble(text.getAttribute("y")) - height, width, height + 3);
  }

  private static double size(Document svg, String attribute) {
    return Double.parseDouble(svg.getDocumentElement().getAttribute(attribute));
  }

  private static double x(String corner) {
    return Double.parseDouble(corner.split(",", -1)[0]);
  }

  private static double y(String corner) {
    return Double.parseDouble(corner.split(",", -1)[1]);
  }

  private static List<Element> circles(Document svg, String attribute, String value) {
    return elements(svg, "circle").stream()
        .filter(c -> c.getAttribute(attribute).equals(value))
        .toList();
  }

  private static List<Element> elements(Document svg, String name) {
    NodeList nodes = svg.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }
}
