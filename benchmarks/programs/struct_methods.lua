local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")

local Checking = {}
Checking.__index = Checking
function Checking:deposit(amount) self.balance = self.balance + amount - self.fee end
function Checking:total() return self.balance end

local Savings = {}
Savings.__index = Savings
function Savings:deposit(amount) self.balance = self.balance + amount + self:bonus(amount) end
function Savings:bonus(amount) return amount * self.rate % 10 end
function Savings:total() return self.balance end

local function run(n)
  local accounts = {
    setmetatable({ balance = 0, fee = 1 }, Checking),
    setmetatable({ balance = 0, rate = 3 }, Savings),
    setmetatable({ balance = 100, fee = 2 }, Checking),
    setmetatable({ balance = 100, rate = 7 }, Savings),
  }
  for turn = 0, n - 1 do
    for i = 1, #accounts do accounts[i]:deposit(turn % 16) end
  end
  local total = 0
  for i = 1, #accounts do total = total + accounts[i]:total() end
  return total
end

harness.serve(run)
