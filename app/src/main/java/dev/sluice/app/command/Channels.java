package dev.sluice.app.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice channels`: what the hub has.
@Command(name = "channels", description = "List the channels of the hub.", mixinStandardHelpOptions = true)
final class Channels implements Callable<Integer> {
    private final Output out;
    private final Messages messages;

    @Option(names = "--json", description = "Print what the hub answers, as JSON.")
    private boolean isJson;

    @Mixin
    private final HubAccess hub;

    Channels(Surroundings surroundings, Output out, Messages messages) {
        this.out = out;
        this.messages = messages;
        hub = new HubAccess(surroundings);
    }

    @Override
    public Integer call() {
        var json = hub.run(client -> client, client -> client.channels());
        if (isJson) {
            out.line(json);
            return 0;
        }
        var table = ChannelTable.of(json);
        table.lines().forEach(out::line);
        table.next().ifPresent(name -> messages.line("There are more, behind '" + name + "'."));
        return 0;
    }
}
