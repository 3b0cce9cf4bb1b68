package dev.sluice.lab.page;

import dev.sluice.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The address of a visitor's browser, and the name under which it reaches this server.
///
/// @param address the address of the browser, as far as it is known
/// @param name    the name of this server, which becomes a part of addresses and of a Content-Security-Policy
/// @param host    the name and the port of the page
record Visitor(InetAddress address, String name, String host) {
    /// Matches names and addresses only: a `Host` header may have any character of a URI's host, such as `;`,
    /// which would begin another directive of the policy.
    private static final Pattern HOST =
            Pattern.compile("([a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,251}[a-zA-Z0-9])?|\\[[0-9a-fA-F:.]{2,45}])(:[0-9]{1,5})?");

    /// Returns empty if the page's host is not a name or an address.
    static Optional<Visitor> of(Request request) {
        InetSocketAddress remote = request.remote();
        Matcher host = HOST.matcher(request.header("Host").orElse(""));
        if (!host.matches() || remote.getAddress() == null) return Optional.empty();
        return Optional.of(new Visitor(remote.getAddress(), host.group(1), host.group()));
    }

    /// Returns true if the browser runs on this machine.
    boolean isHere() {
        return address.isLoopbackAddress();
    }

    /// Returns the address on which lines listen.
    String bindHost() {
        return isHere() ? "127.0.0.1" : "0.0.0.0";
    }

    /// Returns the host name of the lines as the browser sees it.
    String lineName() {
        return isHere() ? "127.0.0.1" : name;
    }

    /// Returns the possible origins of the page. There are two, because a request does not show whether it
    /// came over TLS.
    List<String> origins() {
        return List.of("http://" + host, "https://" + host);
    }
}
