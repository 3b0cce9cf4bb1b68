package dev.sluice.app.command;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// Only this machine, unless somebody means it otherwise. The server refuses as well; here it is said where the address
/// comes from.
final class Loopback {
    private Loopback() {}

    /// @param source where the host comes from, as `--host`
    static void require(String host, String source) {
        if (isLoopback(host)) return;
        throw new Failure(
                Exit.CONFIG,
                "The host '%s' (%s) is not loopback, and without keys everybody who reaches it could read and publish."
                                .formatted(host, source)
                        + " Leave it out, or add --insecure if that is meant.");
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException reason) {
            throw new Failure(
                    Exit.CONFIG, "The host '" + host + "' is not known. Use an address of this machine.", reason);
        }
    }
}
