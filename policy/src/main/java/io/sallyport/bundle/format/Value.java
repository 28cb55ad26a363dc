package io.sallyport.bundle.format;

import io.sallyport.bundle.source.Node;
import io.sallyport.bundle.source.Place;
import java.util.List;

/// What was read, checked against its [Shape], with its place.
public sealed interface Value permits Section, Value.Leaf, Value.Many, Value.Tree, Value.Faulty {

  Place place();

  /// A single value: String, Long, Integer (percent), Duration or Boolean.
  record Leaf(Node.Scalar node, Object value) implements Value {
    @Override
    public Place place() {
      return node.place();
    }

    public String text() {
      return node.text();
    }
  }

  record Many(Place place, List<Value> items) implements Value {
    public Many {
      items = List.copyOf(items);
    }
  }

  /// Something that is free in shape.
  record Tree(Node node) implements Value {
    @Override
    public Place place() {
      return node.place();
    }
  }

  /// Something wrong that was reported already.
  record Faulty(Place place) implements Value {}
}
