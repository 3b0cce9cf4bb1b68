/// The pages that the hub serves to browsers: the list of channels, and a live viewer of each channel. Their files are
/// in the resources of this package; Java only fills in the contents shown before, or without, any script. Read
/// [Pages] first.
///
/// The page of a program is made by [ProgramPages] and `program.js`. The list of channels and its curves are
/// [ChannelRows] and [Spark], continued in the browser by `channels.js` and `spark.js`. A chart's data come
/// from `stats/metrics.js`, `stats/figures.js` and `stats/live.js`, and `chart/` draws it. `pace.js` decides
/// how soon a page reconnects to a hub that is away. Every file is listed in [Assets], and [Shell] puts the shell
/// around a page.
@NullMarked
package dev.sluice.server.page;

import org.jspecify.annotations.NullMarked;
