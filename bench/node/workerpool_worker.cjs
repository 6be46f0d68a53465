require('workerpool').worker({ increment: x => x + 1 })
