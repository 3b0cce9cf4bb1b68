// The texts of figures and charts, for the pages that show the hub's statistics, in the form of messages.js.
export const messages = {
    "line.all": ["all", "全部"],
    "line.furthest": ["the reader furthest behind", "积压最多的订阅者"],
    "line.median": ["half within", "半数在此以内"],
    "tile.behind": ["Furthest behind", "最大积压"],
    "tile.behind.readers": ["readers behind: {n}", "{n} 个订阅者落后"],
    "tile.behind.unit": ["events", "个事件"],
    "tile.bytes": ["{bytes}/s of data", "数据 {bytes}/秒"],
    "tile.connections": ["Connections", "连接"],
    "tile.delay": ["To readers, p99", "发布到订阅者 p99"],
    "tile.delay.median": ["half within {ms} ms", "半数在 {ms} ms 内"],
    "tile.delay.none": ["nothing delivered lately", "近期没有投递"],
    "tile.delay.unit": ["ms", "ms"],
    "tile.deliveries": ["Deliveries", "投递"],
    "tile.events": ["Events in", "流入事件"],
    "tile.readers": ["{bytes}/s to {n} {n|reader|readers}", "{bytes}/秒，{n} 个订阅者"]
};
