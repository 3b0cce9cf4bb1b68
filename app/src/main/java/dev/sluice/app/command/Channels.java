package dev.sluice.app.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice channels`: what the hub has.
@Command(name = "channels", description = "List the channels of the hub.", mixinStandardHelpOptions = true)
final class Channels implements Callable<Integer> {
    private final Output out;

    @Option(names = "--json", description = "Print what the hub answers, as JSON.")
    private boolean isJson;

    @Mixin
    private final HubAccess hub;

    Channels(Surroundings surroundings, Output out) {
        this.out = out;
        hub = new HubAccess(surroundings);
    }

    @Override
    public Integer call() {
        var json = hub.run(client -> client, client -> client.channels());
        out.line(json);
        return 0;
    }
}
