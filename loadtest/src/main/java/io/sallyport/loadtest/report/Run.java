package io.sallyport.loadtest.report;

import io.sallyport.loadtest.work.Work;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A whole run: what was done where, and what it came to.
///
/// @param versions of everything that took part, by name
/// @param missing proxies that this machine does not have, with the reason
/// @param notes what a reader must know to judge the figures, a sentence each
public record Run(
    Instant began,
    Instant ended,
    Machine machine,
    Map<String, String> versions,
    Map<String, String> missing,
    List<String> proxies,
    List<Work> works,
    List<String> notes,
    Results results) {
  public Run {
    proxies = List.copyOf(proxies);
    works = List.copyOf(works);
    notes = List.copyOf(notes);
  }
}
