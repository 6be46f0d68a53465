namespace ProcessPool.FSharp.Tests

open System
open NUnit.Framework
open ProcessPool
open ProcessPool.FSharp.Tests.Types

[<TestFixture>]
type Unions_travel_by_their_cases() =
    inherit WithPool()

    [<Test>]
    member this.With_and_without_fields() = this.AreTheSame [ Circle 1.5; Rectangle(2.0, 3.0); Point ]

    [<Test>]
    member this.With_a_tag_in_each_object() =
        this.AreTheSame [ One 1; Two "two"; Two null; Three; Four(4, 0.5); Five ]
        Assert.That(this.Sent [ Four(4, 0.5); Five ] |> List.map _.IsFour, Is.EqualTo<bool list> [ true; false ])

    [<Test>]
    member this.With_no_fields_at_all() =
        this.AreTheSame [ North; East; South ]
        Assert.That(Object.ReferenceEquals((this.Sent [ East ]).Head, East), Is.True)

    [<Test>]
    member this.With_one_case() =
        this.AreTheSame [ OrderId(Guid.NewGuid()); OrderId Guid.Empty ]

    [<Test>]
    member this.With_a_private_representation() =
        this.AreTheSame [ Hidden.Of "s"; Hidden.Of "" ]
        Assert.That(this.Sent [ Hidden.Of "s" ] |> List.map _.Text, Is.EqualTo<string list> [ "s" ])

    [<Test>]
    member this.With_type_parameters_and_themselves() =
        let leaf x = Node(Leaf, x, Leaf)
        this.AreTheSame [ Leaf; Node(leaf 1, 2, leaf 3) ]
        this.AreTheSame [ Node(leaf "a", "b", Leaf) ]
        this.AreTheSame [ Node(Leaf, Some [ 1 ], Leaf) ]
        this.AreTheSame [ Apply("f", [ Number 1.50m; Apply("g", []); Variable "x" ]) ]

    [<Test>]
    member this.As_structs() =
        this.AreTheSame [ Measured(2.5<kg>, DateTime(2024, 2, 29, 0, 0, 0, DateTimeKind.Utc)); Missing "broken"; Off ]
        this.AreTheSame [ [| Off; Missing "x"; Measured(1.0<kg>, DateTime.MinValue) |] ]
        this.AreTheSame [ Pair(1, "one"); Pair(2, null) ]
        this.AreTheSame [ [| Pair(1, 1.5); Pair(2, 2.5) |] ]

    [<Test>]
    member this.With_null_as_a_case() =
        this.AreTheSame [ Nothing; Just Point; Just(Circle 1.0) ]

    [<Test>]
    member this.With_attributes_of_other_serializers() = this.AreTheSame [ Letter 'a'; Digit 1 ]

    [<Test>]
    member this.More_often_than_code_is_compiled_for_them() =
        this.AreTheSame [ for i in 1..200 -> if i % 3 = 0 then Point elif i % 3 = 1 then Circle(float i) else Rectangle(1.0, float i) ]
        this.AreTheSame [ for i in 1..200 -> if i % 2 = 0 then Missing(string i) else Measured(float i * 1.0<kg>, DateTime.MaxValue) ]
        this.AreTheSame [ for i in 1..200 -> if i % 2 = 0 then Some(string i) else None ]

    [<Test>]
    member this.As_results_of_functions() =
        let parse (text: string) =
            match Double.TryParse text with
            | true, radius -> Ok(Circle radius)
            | false, _ -> Error(ParseFailed(1, text).Message)

        let results = this.Pool.Map((fun text -> parse text), [ "1.5"; "x" ])
        Assert.That(results[0], Is.EqualTo(Ok(Circle 1.5): Result<Shape, string>))
        Assert.That(results[1].IsError, Is.True)

    [<Test>]
    member this.Which_nest_too_deeply_are_refused() =
        let deep = List.fold (fun tree i -> Node(tree, i, Leaf)) Leaf [ 1..1000 ]
        let message = this.Refusal(fun () -> this.Sent [ deep ] |> ignore)
        Assert.That(message, Does.Contain "nested too deeply")

    [<Test>]
    member this.Exceptions_of_FSharp_arrive_as_themselves() =
        let call () = this.Pool.Map((fun (x: int) -> if x > 0 then raise (ParseFailed(x, "bad")) else x), [ 7 ]) |> ignore

        match (try call (); null with e -> e) with
        | ParseFailed(line, text) -> Assert.That((line, text), Is.EqualTo((7, "bad")))
        | other -> Assert.Fail(string other)
