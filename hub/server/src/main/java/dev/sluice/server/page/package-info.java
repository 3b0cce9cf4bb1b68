/// The pages that the hub serves to browsers: the list of channels, and a live viewer of each channel. Their
/// files are in the resources of this package; Java only fills in the contents shown before, or without, any
/// script. Read [Pages] first.
///
/// [ProgramPages] and `program.js` make the pages of a program. [ChannelRows] and [Spark] draw the list of
/// channels and its curves; in the browser, `channels.js` and `spark.js` continue them. The data of a chart come
/// from `stats/metrics.js`, `stats/figures.js` and `stats/live.js`, and `chart/` draws it. `pace.js` decides how
/// soon a page reconnects to a hub that is away. Every file is listed in [Assets], and [Shell] puts the shell
/// around a page.
@NullMarked
package dev.sluice.server.page;

import org.jspecify.annotations.NullMarked;
