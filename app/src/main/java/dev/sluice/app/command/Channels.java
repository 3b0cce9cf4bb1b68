package dev.sluice.app.command;

import dev.sluice.app.cli.ChannelTable;
import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.HubAccess;
import dev.sluice.app.cli.Output;
import dev.sluice.client.SluiceClient;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice channels`: lists the hub's channels.
@Command(
        description = "List the channels of the hub.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A hub with keys needs a key or token that may 'list', in the environment variable",
            "SLUICE_TOKEN.",
        })
final class Channels implements Callable<Integer> {
    private final Output out;

    @Option(names = "--json", description = "Print the hub's answers as JSON, a line for each page.")
    private boolean isJson;

    @Mixin
    private final HubAccess hub;

    private Channels(CommandContext context, Output out) {
        this.out = out;
        hub = new HubAccess(context);
    }

    static CommandLine of(CommandContext context, Output out) {
        return new CommandLine(new Channels(context, out)).addSubcommand("delete", new ChannelsDelete(context, out));
    }

    @Override
    public Integer call() {
        return hub.run(client -> client, this::print);
    }

    /// Prints page after page: a hub may have more channels than fit into an answer, or into memory.
    private int print(SluiceClient client) throws InterruptedException {
        Optional<String> next = print(client.channels(), true);
        while (next.isPresent()) next = print(client.channelsAfter(next.get()), false);
        return 0;
    }

    /// @return the cursor of the next page
    private Optional<String> print(String json, boolean isFirst) {
        var table = ChannelTable.of(json);
        if (isJson) out.line(json.strip());
        else table.lines().stream().skip(isFirst ? 0 : 1).forEach(out::line);
        return table.next();
    }
}
