package io.sallyport.bundle.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads one YAML 1.2 document of plain data. What makes a file say something else than a reviewer
/// sees is a problem: a name that comes twice, an anchor, an alias, a merge key, a tag, a
/// directive, a second document.
public final class YamlReader {
  /// Deeper nesting is a problem.
  public static final int MAX_DEPTH = 32;

  private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+");
  private static final Pattern OTHER_INTEGER = Pattern.compile("0o[0-7]+|0x[0-9a-fA-F]+");
  private static final Pattern DECIMAL =
      Pattern.compile(
          "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
  private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");
  private static final Pattern NULL = Pattern.compile("null|Null|NULL|~|");

  private final SourceFile file;
  private final Findings findings;
  private final Iterator<Event> events;

  private YamlReader(SourceFile file, Findings findings) {
    this.file = file;
    this.findings = findings;
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file.path())
            .setUseMarks(true)
            .setCodePointLimit(Integer.MAX_VALUE)
            .build();
    this.events = new Parse(settings).parseString(file.text()).iterator();
  }

  /// The document; empty, and problems in `findings`, when there is none that can be read. A
  /// problem that leaves the rest readable (an anchor, say) still answers the document.
  public static Optional<Node> read(SourceFile file, Findings findings) {
    try {
      return Optional.ofNullable(new YamlReader(file, findings).document());
    } catch (MarkedYamlEngineException e) {
      Place place =
          e.getProblemMark().map(m -> file.at(m.getLine(), m.getColumn())).orElse(file.at(0));
      findings.problem(place, "not YAML: " + said(e));
    } catch (ReaderException e) {
      findings.problem(
          file.at(e.getPosition()),
          "not YAML: the character U+%04X is not allowed".formatted(e.getCodePoint()));
    } catch (TooDeep e) {
      findings.problem(e.place, "nested more than " + MAX_DEPTH + " deep");
    } catch (YamlEngineException e) {
      findings.problem(file.at(0), "not YAML: " + e.getMessage());
    }
    return Optional.empty();
  }

  private static String said(MarkedYamlEngineException e) {
    String problem = Optional.ofNullable(e.getProblem()).orElse("cannot be read");
    String context = Optional.ofNullable(e.getContext()).orElse("");
    return context.isEmpty() ? problem : context + ", " + problem;
  }

  private @Nullable Node document() {
    Node root = null;
    boolean seen = false;
    while (events.hasNext()) {
      Event event = events.next();
      if (event instanceof DocumentStartEvent start) {
        if (seen) {
          findings.problem(place(event), "a second document; a file holds one");
          return root;
        }
        seen = true;
        if (!start.getTags().isEmpty() || start.getSpecVersion().isPresent()) {
          findings.problem(place(event), "a YAML directive (%); remove it");
        }
      } else if (event instanceof NodeEvent) {
        root = node(event, 0);
      }
    }
    if (root == null
        || (root instanceof Node.Scalar(_, _, Node.Type type, _) && type == Node.Type.NULL)) {
      findings.problem(file.path(), "the file is empty");
      return null;
    }
    return root;
  }

  private Node node(Event event, int depth) {
    if (depth > MAX_DEPTH) {
      throw new TooDeep(place(event));
    }
    if (event instanceof AliasEvent) {
      findings.problem(place(event), "an alias (*) is not allowed; write the value out");
      return new Node.Refused(place(event));
    }
    if (event instanceof NodeEvent named && named.getAnchor().isPresent()) {
      findings.problem(place(event), "an anchor (&) is not allowed; write the value out");
    }
    return switch (event) {
      case ScalarEvent scalar -> scalar(scalar);
      case CollectionStartEvent start -> {
        refuseTag(start, start.getTag().orElse(""));
        yield start.getEventId() == Event.ID.MappingStart
            ? mapping(start, depth)
            : sequence(start, depth);
      }
      default -> throw new IllegalStateException("unexpected " + event.getEventId());
    };
  }

  private Node.Mapping mapping(Event start, int depth) {
    List<Node.Entry> entries = new ArrayList<>();
    Map<String, Place> seen = new HashMap<>();
    while (true) {
      Event event = events.next();
      if (event.getEventId() == Event.ID.MappingEnd) {
        return new Node.Mapping(place(start), entries);
      }
      Node key = node(event, depth + 1);
      Node value = node(events.next(), depth + 1);
      if (!(key instanceof Node.Scalar name)) {
        findings.problem(key.place(), "a name is text, not " + key.kind());
      } else if (name.text().equals("<<") && name.style() == Node.Style.PLAIN) {
        findings.problem(name.place(), "a merge key (<<) is not allowed; write the fields out");
      } else if (seen.containsKey(name.text())) {
        findings.problem(
            name.place(),
            "'%s' comes twice; first at line %d"
                .formatted(name.text(), seen.get(name.text()).line()));
      } else {
        seen.put(name.text(), name.place());
        entries.add(new Node.Entry(name, value));
      }
    }
  }

  private Node.Sequence sequence(Event start, int depth) {
    List<Node> items = new ArrayList<>();
    while (true) {
      Event event = events.next();
      if (event.getEventId() == Event.ID.SequenceEnd) {
        return new Node.Sequence(place(start), items);
      }
      items.add(node(event, depth + 1));
    }
  }

  private Node.Scalar scalar(ScalarEvent event) {
    refuseTag(event, event.getTag().orElse(""));
    Node.Style style =
        switch (event.getScalarStyle()) {
          case DOUBLE_QUOTED -> Node.Style.DOUBLE_QUOTED;
          case SINGLE_QUOTED -> Node.Style.SINGLE_QUOTED;
          case LITERAL -> Node.Style.LITERAL;
          case FOLDED -> Node.Style.FOLDED;
          case PLAIN, JSON_SCALAR_STYLE -> Node.Style.PLAIN;
        };
    Node.Type type = style == Node.Style.PLAIN ? core(event.getValue()) : Node.Type.TEXT;
    return new Node.Scalar(place(event), event.getValue(), type, style);
  }

  private static Node.Type core(String text) {
    if (NULL.matcher(text).matches()) {
      return Node.Type.NULL;
    }
    if (BOOLEAN.matcher(text).matches()) {
      return Node.Type.BOOLEAN;
    }
    if (INTEGER.matcher(text).matches() || OTHER_INTEGER.matcher(text).matches()) {
      return Node.Type.INTEGER;
    }
    return DECIMAL.matcher(text).matches() ? Node.Type.DECIMAL : Node.Type.TEXT;
  }

  private void refuseTag(Event event, String tag) {
    if (!tag.isEmpty()) {
      findings.problem(place(event), "a tag (!) is not allowed");
    }
  }

  private Place place(Event event) {
    return event
        .getStartMark()
        .map(mark -> file.at(mark.getLine(), mark.getColumn()))
        .orElse(file.at(0));
  }

  private static final class TooDeep extends RuntimeException {
    final transient Place place;

    TooDeep(Place place) {
      super("nested too deep", null, false, false);
      this.place = place;
    }
  }
}
