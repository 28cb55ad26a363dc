package io.sallyport.loadtest.measure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A closed loop by h2load: so many requests over connections that stay, each answered before the
/// next is sent on its stream.
///
/// @param host in the address of every request
/// @param path of every request, unless there is a list
/// @param list a file of addresses that are asked in turn
/// @param body of every request, which is a POST then
/// @param bearer a token, when one is shown
public record H2Load(
    int port,
    String host,
    Protocol protocol,
    String path,
    @Nullable Path list,
    int requests,
    int connections,
    int streams,
    @Nullable Path body,
    @Nullable String bearer) {

  public List<String> command() {
    List<String> command = new ArrayList<>(List.of("h2load", "-t", "1"));
    command.addAll(List.of("-n", String.valueOf(requests)));
    command.addAll(List.of("-c", String.valueOf(Math.min(connections, requests))));
    command.addAll(List.of("-m", String.valueOf(protocol == Protocol.H2 ? streams : 1)));
    command.addAll(List.of("--connect-to", "127.0.0.1:" + port));
    if (protocol == Protocol.H1) {
      command.add("--h1");
    }
    if (bearer != null) {
      command.addAll(List.of("-H", "authorization: Bearer " + bearer));
    }
    if (body != null) {
      command.addAll(List.of("-d", body.toString()));
    }
    if (list != null) {
      command.addAll(List.of("-i", list.toString()));
    } else {
      command.add("https://" + host + ":" + port + path);
    }
    return List.copyOf(command);
  }
}
