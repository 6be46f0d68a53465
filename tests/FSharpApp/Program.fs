// A program without [<EntryPoint>]: the compiler makes the main of its top-level code.
open System
open ProcessPool
open FSharpApp

let offset = Int32.Parse "5"
let pool = new Pool(1)
let report name (call: unit -> int[]) =
    try
        printfn "%s: %A" name (call ())
    with e ->
        printfn "%s: %s: %s" name (e.GetType().Name) e.Message

let addOffset x = x + offset
let mapWith (f: int -> int) = pool.Map(f, [ 1; 2 ])

report "nothing" (fun () -> pool.Map((fun x -> x * 2), [ 1; 2 ]))
report "another file" (fun () -> pool.Map((fun x -> Settings.factors[x]), [ 1; 2 ]))
report "directly" (fun () -> pool.Map((fun x -> x + offset), [ 1; 2 ]))
report "through a function" (fun () -> pool.Map((fun x -> addOffset x * 2), [ 1; 2 ]))
report "through a closure" (fun () -> pool.Map((fun x -> List.sumBy (fun y -> y + offset) [ x ]), [ 1; 2 ]))
report "in a task" (fun () -> pool.Map<int, int>((fun x -> task { return x + offset }), [ 1; 2 ]))
report "in a sequence" (fun () -> pool.Map((fun x -> Seq.sum (seq { yield x; yield offset })), [ 1; 2 ]))
report "in a function value" (fun () -> mapWith addOffset)

let run () =
    let offset = Int32.Parse "5"
    pool.Map((fun x -> x + offset), [ 1; 2 ])

report "in a variable" run
pool.Dispose()
