/// Types as users declare them in F#.
module ProcessPool.FSharp.Tests.Types

open System
open System.Runtime.Serialization

[<Measure>]
type kg

type Shape =
    | Circle of radius: float
    | Rectangle of width: float * height: float
    | Point

/// From four cases on, the compiler keeps a tag in each object.
type Many =
    | One of int
    | Two of string
    | Three
    | Four of tag: int * item: float
    | Five

type Direction =
    | North
    | East
    | South

type OrderId = OrderId of Guid

type Hidden =
    private
    | Secret of string
    | Open

    static member Of(text: string) = if text = "" then Open else Secret text

    member this.Text =
        match this with
        | Secret text -> text
        | Open -> "(open)"

type Tree<'T> =
    | Leaf
    | Node of left: Tree<'T> * value: 'T * right: Tree<'T>

type Expression =
    | Number of decimal
    | Variable of string
    | Apply of name: string * arguments: Expression list

[<Struct>]
type Reading =
    | Measured of value: float<kg> * at: DateTime
    | Missing of reason: string
    | Off

[<Struct>]
type Pair<'A, 'B> = Pair of 'A * 'B

[<CompilationRepresentation(CompilationRepresentationFlags.UseNullAsTrueValue)>]
type Maybe =
    | Nothing
    | Just of Shape

/// The attribute is for other serializers.
[<KnownType("Known")>]
type Known =
    | Letter of char
    | Digit of int

    static member Known() = [| typeof<Known> |]

type Person =
    { Name: string
      mutable Age: int option
      Weight: float<kg>
      [<IgnoreDataMember>]
      Cache: string }

[<Struct>]
type Position = { X: int; Y: int64 }

type Holder =
    { Function: int -> int
      Others: (string -> int -> string) list }

type Counter(start: int) =
    let mutable count = start
    member val Name = "counter" with get, set
    member _.Count = count
    member this.Add(by: int) = Counter(count + by, Name = this.Name)

exception ParseFailed of line: int * text: string
