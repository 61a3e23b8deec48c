local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local NUMBER, VARIABLE, SUM, PRODUCT, POWER = 1, 2, 3, 4, 5

local function Number(n) return { kind = NUMBER, value = n } end
local Variable = { kind = VARIABLE }
local function Sum(a, b) return { kind = SUM, left = a, right = b } end
local function Product(a, b) return { kind = PRODUCT, left = a, right = b } end
local function Power(a, n) return { kind = POWER, base = a, exponent = n } end

local function derive(e)
  local kind = e.kind
  if kind == NUMBER then return Number(0) end
  if kind == VARIABLE then return Number(1) end
  if kind == SUM then return Sum(derive(e.left), derive(e.right)) end
  if kind == PRODUCT then
    return Sum(Product(derive(e.left), e.right), Product(e.left, derive(e.right)))
  end
  return Product(Product(Number(e.exponent), Power(e.base, e.exponent - 1)), derive(e.base))
end

local function is_number(e, n) return e.kind == NUMBER and e.value == n end

local function simplify(e)
  local kind = e.kind
  if kind == SUM then
    local a, b = simplify(e.left), simplify(e.right)
    if a.kind == NUMBER and b.kind == NUMBER then return Number((a.value + b.value) % 1000003) end
    if is_number(a, 0) then return b end
    if is_number(b, 0) then return a end
    return Sum(a, b)
  end
  if kind == PRODUCT then
    local a, b = simplify(e.left), simplify(e.right)
    if a.kind == NUMBER and b.kind == NUMBER then return Number(a.value * b.value % 1000003) end
    if is_number(a, 0) then return Number(0) end
    if is_number(b, 0) then return Number(0) end
    if is_number(a, 1) then return b end
    if is_number(b, 1) then return a end
    return Product(a, b)
  end
  if kind == POWER then
    if e.exponent == 0 then return Number(1) end
    if e.exponent == 1 then return simplify(e.base) end
    return Power(simplify(e.base), e.exponent)
  end
  return e
end

local function evaluate(e, x)
  local kind = e.kind
  if kind == NUMBER then return e.value end
  if kind == VARIABLE then return x end
  if kind == SUM then return (evaluate(e.left, x) + evaluate(e.right, x)) % 1000003 end
  if kind == PRODUCT then return evaluate(e.left, x) * evaluate(e.right, x) % 1000003 end
  local base = evaluate(e.base, x)
  local result = 1
  for _ = 1, e.exponent do result = result * base % 1000003 end
  return result
end

local function size(e)
  local kind = e.kind
  if kind == SUM or kind == PRODUCT then return 1 + size(e.left) + size(e.right) end
  if kind == POWER then return 1 + size(e.base) end
  return 1
end

local function polynomial(n)
  local e = Variable
  for i = 1, n - 1 do
    if i % 3 == 0 then
      e = Power(e, 2)
    else
      e = Sum(Product(Number(i), e), Power(Variable, i % 4))
    end
  end
  return e
end

local function run(rounds)
  local total = 0
  for round = 0, rounds - 1 do
    local e = polynomial(12)
    for _ = 1, 3 do e = simplify(derive(e)) end
    total = total + size(e) + evaluate(e, round % 10)
  end
  return total
end

harness.serve(run)
