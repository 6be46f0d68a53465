namespace ProcessPool.FSharp.Tests

open System
open System.Threading
open System.Threading.Tasks
open NUnit.Framework
open ProcessPool
open ProcessPool.FSharp.Tests.Types

module Calls =
    let primes = [| 2; 3; 5; 7 |]
    let mutable changed = 1
    let double x = x * 2

    /// The function arrives as a value, so the compiler cannot make a closure of its code.
    let mapWith (pool: Pool) (f: 'a -> 'b) (items: 'a list) = pool.Map(f, items) |> List.ofArray

[<TestFixture>]
type Functions_of_FSharp() =
    inherit WithPool()

    let numbers = [ 1; 2; 3 ]

    member private this.Gives(expected: 'b list, f: 'a -> 'b, items: 'a list) =
        Assert.That(Calls.mapWith this.Pool f items, Is.EqualTo<'b list> expected)

    [<Test>]
    member this.Lambdas_with_what_they_capture() =
        let factor = 10
        let offsets = Map [ 1, 100; 2, 200; 3, 300 ]
        Assert.That(this.Pool.Map((fun x -> x * factor + offsets[x]), numbers), Is.EqualTo<int[]> [| 110; 220; 330 |])

    [<Test>]
    member this.Functions_of_modules_and_their_values() =
        Assert.That(this.Pool.Map(Calls.double, numbers), Is.EqualTo<int[]> [| 2; 4; 6 |])
        Assert.That(this.Pool.Map((fun x -> Calls.primes[x]), numbers), Is.EqualTo<int[]> [| 3; 5; 7 |])

    [<Test>]
    member this.Changed_values_of_modules_are_not_sent() =
        Calls.changed <- 5
        Assert.That(this.Pool.Apply(fun () -> Calls.changed), Is.EqualTo 1)

    [<Test>]
    member this.Function_values() =
        let factor = Int32.Parse "10"
        this.Gives([ 10; 20; 30 ], (fun x -> x * factor), numbers)
        this.Gives([ 2; 4; 6 ], Calls.double, numbers)

    [<Test>]
    member this.Composed_and_partially_applied_functions() =
        let add x y = x + y
        let factor = Int32.Parse "10"
        this.Gives([ 13; 14; 15 ], add 2 >> add factor, numbers)
        this.Gives([ [ 11; 12 ] ], List.map (add factor), [ [ 1; 2 ] ])
        this.Gives([ "1"; "2"; "3" ], string, numbers)
        this.Gives([ 3; 4; 5 ], (fun f -> f 2) add, numbers)

    [<Test>]
    member this.Functions_that_capture_functions() =
        let factor = Int32.Parse "3"
        let twice f = f >> f
        let triple = fun x -> x * factor
        this.Gives([ 9; 18; 27 ], twice triple, numbers)

        let compose (fs: (int -> int) list) = fun x -> List.fold (fun x f -> f x) x fs
        this.Gives([ 12; 18; 24 ], compose [ Calls.double; (fun x -> x + 2); triple ], numbers)

    [<Test>]
    member this.Functions_that_call_themselves() =
        let limit = Int32.Parse "5"
        let rec count x = if x >= limit then [ x ] else x :: count (x + 1)
        let rec isEven x = if x = 0 then limit > 0 else isOdd (x - 1)
        and isOdd x = if x = 0 then limit < 0 else isEven (x - 1)
        this.Gives([ [ 3; 4; 5 ] ], count, [ 3 ])
        this.Gives([ true; false ], isEven, [ 4; 3 ])

    [<Test>]
    member this.Functions_of_several_arguments() =
        let offset = Int32.Parse "1"
        Assert.That(this.Pool.StarMap((fun (a: int) (b: int) -> a * b + offset), [ struct (2, 3); struct (4, 5) ]), Is.EqualTo<int[]> [| 7; 21 |])

    [<Test>]
    member this.Functions_in_values() =
        let factor = Int32.Parse "4"
        let holder = { Function = (fun x -> x * factor); Others = [ (fun text n -> String.replicate n text + string factor) ] }
        let arrived = (this.Sent [ holder ]).Head
        Assert.That(arrived.Function 5, Is.EqualTo 20)
        Assert.That(arrived.Others.Head "ab" 2, Is.EqualTo "abab4")
        let run (holder: Holder) = holder.Function 2, holder.Others.Head "x" 3
        Assert.That(this.Pool.Map((fun holder -> run holder), [ holder ])[0], Is.EqualTo((8, "xxx4")))

    [<Test>]
    member this.Functions_as_results() =
        let times factor : int -> int = fun x -> x * factor
        let make = Func<int, int -> int>(fun factor -> times factor)
        let made = this.Pool.Map(make, [ 2; 3 ])
        Assert.That(made |> Array.map (fun f -> f 10), Is.EqualTo<int[]> [| 20; 30 |])

    [<Test>]
    member this.Members_with_their_object() =
        let counter = Counter(3)
        Assert.That(this.Pool.Map((fun x -> (counter.Add x).Count), numbers), Is.EqualTo<int[]> [| 4; 5; 6 |])

    [<Test>]
    member this.Inner_generic_functions() =
        let depth = Int32.Parse "2"
        let wrap (x: 'a) : 'a list list = [ List.replicate depth x ]
        this.Gives([ [ [ 1; 1 ] ] ], wrap, [ 1 ])
        this.Gives([ [ [ "a"; "a" ] ] ], wrap, [ "a" ])

    [<Test>]
    member this.Tasks_run() =
        let factor = Int32.Parse "10"

        let work x =
            task {
                do! Task.Delay 1
                return Some(x * factor)
            }

        Assert.That(this.Pool.Map<int, int option>((fun x -> work x), numbers), Is.EqualTo<int option[]> [| Some 10; Some 20; Some 30 |])

        Assert.That(
            this.Pool.Map<int, int>(
                (fun x ->
                    async {
                        do! Async.Sleep 1
                        return x + factor
                    }
                    |> Async.StartAsTask),
                numbers
            ),
            Is.EqualTo<int[]> [| 11; 12; 13 |]
        )

    [<Test>]
    member this.Reference_cells_are_copied() =
        let cell = ref 1
        Assert.That(this.Pool.Apply(fun () -> cell.Value <- cell.Value + 1; cell.Value), Is.EqualTo 2)
        Assert.That(cell.Value, Is.EqualTo 1)

    [<Test>]
    member this.The_token_of_the_item() =
        use source = new CancellationTokenSource()
        let token = source.Token
        Assert.That(this.Pool.Apply(fun () -> token.CanBeCanceled), Is.True)

    [<Test>]
    member this.What_cannot_be_captured_is_named() =
        let log = new IO.StringWriter()
        let call () = this.Pool.Map((fun (x: int) -> log.WriteLine x; x), numbers) |> ignore
        let message = this.Refusal call
        Assert.That(message, Does.StartWith "captured variable 'log' (System.IO.StringWriter): cannot be sent to another process")

    [<Test>]
    member this.What_a_function_value_cannot_capture_is_named() =
        let log = new IO.StringWriter()
        let call () = this.Gives([], (fun (x: int) -> log.WriteLine x; x), numbers)
        let message = this.Refusal call
        Assert.That(message, Does.StartWith "captured variable 'log' (System.IO.StringWriter): cannot be sent to another process")

    [<Test>]
    member this.A_format_without_its_arguments_is_refused_with_what_to_do() =
        let message = this.Refusal(fun () -> this.Gives([], sprintf "%d", numbers))
        Assert.That(message, Does.Contain "fun x -> sprintf")
        this.Gives([ "1"; "2"; "3" ], (fun x -> sprintf "%d" x), numbers)

    [<Test>]
    member this.Streams_of_results() =
        let offset = Int32.Parse "1"
        let results = this.Pool.Imap((fun x -> Some(x + offset)), numbers)

        let rec read (enumerator: Collections.Generic.IAsyncEnumerator<int option>) =
            task {
                match! enumerator.MoveNextAsync() with
                | true ->
                    let current = enumerator.Current
                    let! rest = read enumerator
                    return current :: rest
                | false -> return []
            }

        Assert.That((read (results.GetAsyncEnumerator())).Result, Is.EqualTo<int option list> [ Some 2; Some 3; Some 4 ])
