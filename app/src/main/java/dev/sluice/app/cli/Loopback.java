package dev.sluice.app.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.Supplier;

/// Requires a loopback address if every client may do everything and `--insecure` is not set. The server
/// checks that, too; this message also names the source of the address.
public final class Loopback {
    private Loopback() {}

    /// @param source the source of the host, such as `--host`
    /// @param advice continues "Leave it out, …"
    public static void require(String host, Supplier<String> source, String advice) {
        if (isLoopback(host)) return;
        throw new CommandException(
                Exit.CONFIG,
                ("The host '%s' (%s) is not loopback, and no key or grant limits who may do what:"
                                + " everybody who reaches it could read and publish. Leave it out, %s.")
                        .formatted(host, source.get(), advice));
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException reason) {
            throw new CommandException(
                    Exit.CONFIG, "The host '" + host + "' is unknown. Use an address of this machine.", reason);
        }
    }
}
