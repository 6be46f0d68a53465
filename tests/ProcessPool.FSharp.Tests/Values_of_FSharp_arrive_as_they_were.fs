namespace ProcessPool.FSharp.Tests

open System
open System.Collections.Generic
open System.Threading.Tasks
open NUnit.Framework
open ProcessPool
open ProcessPool.FSharp.Tests.Types

/// A pool for the tests of a class, and what most of them do with it.
[<AbstractClass>]
type WithPool() =
    let pool = new Pool(2)

    [<OneTimeTearDown>]
    member _.End() = pool.Dispose()

    member _.Pool = pool

    /// The values after they went to a worker and came back.
    member _.Sent<'T>(values: 'T list) : 'T list = pool.Map((fun (value: 'T) -> value), values) |> List.ofArray

    /// The message with which a call is refused.
    member _.Refusal(call: unit -> unit) : string =
        try
            call ()
            failwith "The call was not refused."
        with :? ValueException as e ->
            e.Message

    /// F#'s own equality decides.
    member this.AreTheSame<'T when 'T: equality>(values: 'T list) =
        let arrived = this.Sent values

        if arrived <> values then
            Assert.Fail(sprintf "%A arrived as %A" values arrived)

[<TestFixture>]
type Values_of_FSharp_arrive_as_they_were() =
    inherit WithPool()

    [<Test>]
    member this.Options() =
        this.AreTheSame [ None; Some 3 ]
        this.AreTheSame [ None; Some "text"; Some null ]
        this.AreTheSame [ None; Some None; Some(Some 1) ]
        this.AreTheSame [ None; Some() ]
        this.AreTheSame [ ValueNone; ValueSome 3 ]
        this.AreTheSame [ ValueSome(ValueSome "a"); ValueSome ValueNone; ValueNone ]

    [<Test>]
    member this.Results_and_choices() =
        this.AreTheSame [ Ok 1; Error "no" ]
        this.AreTheSame [ Choice1Of2 1; Choice2Of2 "two" ]
        this.AreTheSame [ Choice1Of3 1; Choice2Of3 [ 2 ]; Choice3Of3(Some 3) ]

    [<Test>]
    member this.Lists() =
        this.AreTheSame [ []; [ 1 ]; [ 1; 2; 3 ] ]
        this.AreTheSame [ [ "a"; null ]; [] ]
        this.AreTheSame [ [ [ 1 ]; [] ]; [ [ 2; 3 ] ] ]
        this.AreTheSame [ [ Circle 1.0; Point ]; [ Point ] ]

    [<Test>]
    member this.A_list_of_a_million_elements() =
        let list = List.init 1_000_000 string
        this.AreTheSame [ list ]
        Assert.That((this.Sent [ [ 1..1_000_000 ] ]).Head.Length, Is.EqualTo 1_000_000)

    [<Test>]
    member this.Maps_and_sets() =
        this.AreTheSame [ Map.empty; Map [ 2, "b"; 1, "a" ] ]
        this.AreTheSame [ Map [ "b", [ 1 ]; "B", []; "a", [ 2; 3 ] ] ]
        this.AreTheSame [ Set.empty; Set [ 3; 1; 2 ] ]
        this.AreTheSame [ Set [ (1, "b"); (1, "a") ]; Set [] ]
        this.AreTheSame [ Map [ for i in 1..20_000 -> { X = i; Y = int64 -i }, i ] ]

    [<Test>]
    member this.Maps_and_sets_find_their_keys_as_F_sharp_compares_them() =
        // .NET's default comparer puts "b" before "B"; F# compares the numbers of the characters.
        let map = (this.Sent [ Map [ "b", 1; "B", 2; Char.ToString 'a', 3 ] ]).Head
        Assert.That(Map.toList map |> List.map fst, Is.EqualTo<string list> [ "B"; "a"; "b" ])
        Assert.That((Map.add "a" 4 map).Count, Is.EqualTo 3)
        let set = (this.Sent [ Set [ Point; Circle 2.0; Circle 1.0 ] ]).Head
        Assert.That(set.Contains(Circle 1.0), Is.True)
        Assert.That(set.MinimumElement, Is.EqualTo(Circle 1.0))

    [<Test>]
    member this.Maps_with_keys_of_unions_are_changed_in_the_worker() =
        let add (map: Map<OrderId, int>) = map |> Map.add (OrderId Guid.Empty) 7
        let result = this.Pool.Map((fun map -> add map), [ Map [ OrderId(Guid "9a1e7d2c-9b67-4d3c-8f1f-0a5b6c7d8e9f"), 1 ] ])
        Assert.That(result[0][OrderId Guid.Empty], Is.EqualTo 7)
        Assert.That(result[0].Count, Is.EqualTo 2)

    [<Test>]
    member this.Reference_cells() =
        let arrived = (this.Sent [ ref [ 1; 2 ] ]).Head
        Assert.That(arrived.Value, Is.EqualTo<int list> [ 1; 2 ])
        arrived.Value <- []
        Assert.That(arrived.Value.IsEmpty, Is.True)

    [<Test>]
    member this.Records() =
        let person = { Name = "Ada"; Age = Some 36; Weight = 55.5<kg>; Cache = null }
        this.AreTheSame [ person; { person with Age = None } ]
        this.AreTheSame [ { X = 1; Y = -1L } ]
        this.AreTheSame [ [| { X = 1; Y = -1L }; { X = 2; Y = 5L } |] ]

    [<Test>]
    member this.A_record_without_the_members_that_it_leaves_out() =
        let person = { Name = "Ada"; Age = None; Weight = 1.0<kg>; Cache = "computed" }
        Assert.That((this.Sent [ person ]).Head, Is.EqualTo { person with Cache = null })

    [<Test>]
    member this.Anonymous_records() =
        this.AreTheSame [ {| Name = "a"; Sizes = [ 1; 2 ] |} ]
        this.AreTheSame [ struct {| X = 1; Y = Some 2.5 |} ]

    [<Test>]
    member this.Numbers_with_units_of_measure() =
        this.AreTheSame [ 1.5<kg>; -0.25<kg> ]
        this.AreTheSame [ [| 1.5<kg>; 2.0<kg> |] ]
        this.AreTheSame [ [ 1<kg>; 2<kg> ] ]

    [<Test>]
    member this.Tuples_and_arrays() =
        this.AreTheSame [ (1, "a", Some 2.5) ]
        this.AreTheSame [ struct (1, [ "a" ]) ]
        this.AreTheSame [ array2D [ [ Some 1; None ]; [ None; Some 2 ] ] ]
        this.AreTheSame [ 123456789012345678901234567890I ]

    [<Test>]
    member this.Sequences_as_their_elements() =
        let squares = seq { for i in 1..3 -> i * i }
        Assert.That((this.Sent [ squares ]).Head |> List.ofSeq, Is.EqualTo<int list> [ 1; 4; 9 ])
        let made = this.Pool.Map((fun n -> seq { for i in 1..n -> Some i }), [ 2 ])
        Assert.That(List.ofSeq made[0], Is.EqualTo<int option list> [ Some 1; Some 2 ])

    [<Test>]
    member this.Classes() =
        let arrived = this.Pool.Map((fun (counter: Counter) -> counter.Add 2), [ Counter(3, Name = "mine") ])
        Assert.That(arrived[0].Count, Is.EqualTo 5)
        Assert.That(arrived[0].Name, Is.EqualTo "mine")

    [<Test>]
    member this.Units() =
        let results: unit[] = this.Pool.Map<int, unit>((fun (_: int) -> ()), [ 1; 2 ])
        Assert.That(results.Length, Is.EqualTo 2)
        this.AreTheSame [ (); () ]

    [<Test>]
    member this.An_async_is_refused_with_what_to_do() =
        let call () = this.Pool.Map((fun x -> async { return x + 1 }), [ 1 ]) |> ignore
        let message = this.Refusal call
        Assert.That(message, Does.Contain("FSharpAsync").And.Contain("task { … }").And.Contain("Async.StartAsTask"))

    [<Test>]
    member this.A_dictionary_of_dict_is_refused_with_what_to_do() =
        let call () = this.Sent<IDictionary<string, int>> [ dict [ "a", 1 ] ] |> ignore
        let message = this.Refusal call
        Assert.That(message, Does.Contain "Copy it into one of them")

    [<Test>]
    member this.A_refused_field_is_named_as_in_the_source() =
        let call () = this.Sent [ Choice1Of2 {| Log = new IO.MemoryStream() |}; Choice2Of2 1 ] |> ignore
        let message = this.Refusal call
        Assert.That(message, Does.Contain ".Item.Log")
